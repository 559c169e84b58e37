# Writes what metafor says about public data sets of metadat, with the data, for tests/oracle/evidence/test_pairwise.py.
#   Rscript tests/oracle/evidence/pairwise.R OUTPUT.json [names...]
# Optimised estimates are run to a far tighter threshold than metafor's default (1e-5), so that they can be compared.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
options(warn = -1)
args <- commandArgs(TRUE)
tight <- list(threshold = 1e-12, maxiter = 10000, tau2.max = 1e4, tol = 1e-13)

one <- function(f) list(b = as.numeric(f$beta), se = as.numeric(f$se), lb = as.numeric(f$ci.lb), ub = as.numeric(f$ci.ub),
  z = as.numeric(f$zval), p = as.numeric(f$pval), tau2 = f$tau2, I2 = f$I2, H2 = f$H2, Q = f$QE, Qp = f$QEp)

analyse <- function(yi, vi, mods = NULL) {
  out <- list(yi = yi, vi = vi)
  out$FE <- one(rma(yi, vi, method = "FE"))
  for (m in c("DL", "PM", "REML", "ML", "EB", "SJ")) {
    f <- try(rma(yi, vi, method = m, control = tight), silent = TRUE)
    if (inherits(f, "try-error")) next
    r <- one(f); pr <- predict(f); r$pi <- c(pr$pi.lb, pr$pi.ub)
    ci <- try(confint(f, control = list(tau2.max = 1e4, tol = 1e-12))$random[1, 2:3], silent = TRUE)
    if (!inherits(ci, "try-error") && m == "REML") r$tau2_ci <- as.numeric(ci)
    hk <- rma(yi, vi, method = m, test = "knha", control = tight); r$hk <- one(hk); ph <- predict(hk); r$hk$pi <- c(ph$pi.lb, ph$pi.ub)
    r$adhoc <- one(rma(yi, vi, method = m, test = "adhoc", control = tight))
    out[[m]] <- r
  }
  f <- rma(yi, vi, method = "DL")
  l <- leave1out(f); out$leave1out <- list(b = l$estimate, se = l$se, tau2 = l$tau2)
  cm <- cumul(f); out$cumul <- list(b = cm$estimate, se = cm$se, tau2 = cm$tau2)
  e <- try(regtest(yi, vi, model = "lm"), silent = TRUE)
  if (!inherits(e, "try-error")) out$egger_lm <- list(stat = as.numeric(e$zval), p = as.numeric(e$pval), est = as.numeric(e$est))
  # regtest(model = "rma") does not pass its control on, so the same model is fitted directly.
  e <- try(rma(yi, vi, mods = ~ sqrt(vi), method = "REML", control = tight), silent = TRUE)
  if (!inherits(e, "try-error")) out$egger_rma <- list(stat = as.numeric(e$zval[2]), p = as.numeric(e$pval[2]))
  if (!is.null(mods)) {
    for (m in c("DL", "PM", "REML", "ML", "SJ")) {
      f <- rma(yi, vi, mods = ~ mods, method = m, control = tight); r <- one(f); r$QM <- f$QM; r$QMp <- f$QMp
      h <- rma(yi, vi, mods = ~ mods, method = m, test = "knha", control = tight); r$hk <- one(h); r$hk$QM <- h$QM; r$hk$QMp <- h$QMp
      out[[paste0("mods_", m)]] <- r
    }
    out$mods <- mods
  }
  out
}

counts <- function(a, n1, c, n2, measures = c("OR", "RR", "RD", "PETO"), mods = NULL, glmm = FALSE) {
  keep <- complete.cases(a, n1, c, n2); a <- a[keep]; n1 <- n1[keep]; c <- c[keep]; n2 <- n2[keep]
  out <- list(kind = "counts", a = a, n1 = n1, c = c, n2 = n2, measures = list())
  for (m in measures) {
    e <- escalc(m, ai = a, n1i = n1, ci = c, n2i = n2, add = if (m == "PETO") 0 else 1/2)
    ok <- is.finite(e$yi) & is.finite(e$vi)
    if (all(ok)) out$measures[[m]] <- analyse(as.numeric(e$yi), as.numeric(e$vi), if (is.null(mods)) NULL else mods[keep])
  }
  for (m in c("OR", "RR", "RD")) out$mh[[m]] <- one(rma.mh(ai = a, n1i = n1, ci = c, n2i = n2, measure = m))
  out$peto <- one(rma.peto(ai = a, n1i = n1, ci = c, n2i = n2))
  if (glmm) {
    g <- rma.glmm(measure = "OR", ai = a, n1i = n1, ci = c, n2i = n2, model = "CM.AL")
    out$glmm <- list(b = as.numeric(g$beta), se = as.numeric(g$se), tau2 = g$tau2)
  }
  out
}

means <- function(m1, s1, n1, m2, s2, n2) {
  keep <- complete.cases(m1, s1, n1, m2, s2, n2)
  d <- data.frame(m1, s1, n1, m2, s2, n2)[keep, ]
  out <- list(kind = "means", data = d, measures = list())
  for (m in c("MD", "SMD")) {
    e <- escalc(m, m1i = d$m1, sd1i = d$s1, n1i = d$n1, m2i = d$m2, sd2i = d$s2, n2i = d$n2)
    out$measures[[m]] <- analyse(as.numeric(e$yi), as.numeric(e$vi))
  }
  out
}

generic <- function(yi, vi, mods = NULL) {
  keep <- complete.cases(yi, vi) & vi > 0
  if (!is.null(mods)) keep <- keep & complete.cases(mods)
  list(kind = "generic", measures = list(GEN = analyse(as.numeric(yi)[keep], as.numeric(vi)[keep], if (is.null(mods)) NULL else mods[keep])))
}

sets <- list(
  dat.bcg = function() with(dat.bcg, counts(tpos, tpos + tneg, cpos, cpos + cneg, mods = ablat)),
  dat.hine1989 = function() with(dat.hine1989, counts(ai, n1i, ci, n2i)),
  dat.yusuf1985 = function() with(dat.yusuf1985[dat.yusuf1985$table == 6, ], counts(ai, n1i, ci, n2i)),
  dat.collins1985b = function() with(dat.collins1985b, counts(pre.xti, pre.nti, pre.xci, pre.nci)),
  dat.nielweise2007 = function() with(dat.nielweise2007, counts(ai, n1i, ci, n2i, glmm = TRUE)),
  dat.hahn2001 = function() with(dat.hahn2001, counts(ai, n1i, ci, n2i)),
  dat.lau1992 = function() with(dat.lau1992, counts(ai, n1i, ci, n2i)),
  dat.egger2001 = function() with(dat.egger2001, counts(ai, n1i, ci, n2i, glmm = TRUE)),
  dat.li2007 = function() with(dat.li2007, counts(ai, n1i, ci, n2i)),
  dat.axfors2021 = function() with(dat.axfors2021[dat.axfors2021$hcq_cq == "hcq", ], counts(hcq_arm_event, hcq_arm_total, control_arm_event, control_arm_total)),
  dat.normand1999 = function() with(dat.normand1999, means(m1i, sd1i, n1i, m2i, sd2i, n2i)),
  dat.curtis1998 = function() with(dat.curtis1998, means(m1i, sd1i, n1i, m2i, sd2i, n2i)),
  dat.raudenbush1985 = function() with(dat.raudenbush1985, generic(yi, vi, weeks)),
  dat.hackshaw1998 = function() with(dat.hackshaw1998, generic(yi, vi, year)),
  dat.bangertdrowns2004 = function() with(dat.bangertdrowns2004, generic(yi, vi, length)),
  dat.konstantopoulos2011 = function() with(dat.konstantopoulos2011, generic(yi, vi)),
  dat.landenberger2005 = function() with(dat.landenberger2005, counts(n.ctrl.rec, n.ctrl.rec + n.ctrl.non, n.cbt.rec, n.cbt.rec + n.cbt.non)),
  dat.mcdaniel1994 = function() with(dat.mcdaniel1994, generic(0.5 * log((1 + ri) / (1 - ri)), 1 / (ni - 3)))
)
wanted <- if (length(args) > 1) args[-1] else names(sets)
out <- list(software = paste("R", getRversion(), "metafor", packageVersion("metafor"), "metadat", packageVersion("metadat")), sets = list())
for (n in wanted) {
  r <- try(sets[[n]](), silent = TRUE)
  if (inherits(r, "try-error") || is.null(r)) { message("left out: ", n, " ", r); next }
  out$sets[[n]] <- r
}
write(toJSON(out, digits = 15, auto_unbox = TRUE, null = "null", na = "null"), args[1])
