# Writes what metafor's rma.mv says about public networks, with the data, for tests/oracle/evidence/test_network.py.
#   Rscript tests/oracle/evidence/network.R OUTPUT.json [SHARED_DATA_FOLDER] [names...]
# The contrasts and their covariances are built here anew, so that input handling is compared as well.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
options(warn = -1)
args <- commandArgs(TRUE)
tight <- list(optimizer = "nlminb")  # the default; a tighter rel.tol ends in "false convergence"

blocks <- function(study, treat, y, v) {
  out <- list(study = c(), a = c(), b = c(), y = c(), V = list(), k = c())
  for (s in unique(study)) {
    i <- which(study == s); if (length(i) < 2) next
    f <- i[1]; r <- i[-1]
    out$study <- c(out$study, rep(s, length(r))); out$b <- c(out$b, rep(treat[f], length(r))); out$a <- c(out$a, treat[r])
    out$y <- c(out$y, y[r] - y[f]); out$k <- c(out$k, seq_along(r))
    out$V <- c(out$V, list(diag(v[r], length(r)) + v[f]))
  }
  out$V <- as.matrix(bldiag(out$V)); out
}

design <- function(a, b, treats, ref) {
  basic <- setdiff(treats, ref)
  X <- sapply(basic, function(t) (a == t) - (b == t)); matrix(X, ncol = length(basic), dimnames = list(NULL, basic))
}

fits <- function(B, X, random = TRUE) {
  fe <- rma.mv(B$y, B$V, mods = X, intercept = FALSE, method = "FE")
  out <- list(fe = list(b = as.numeric(fe$beta), se = as.numeric(fe$se), Q = fe$QE, df = nrow(X) - ncol(X)))
  if (random) {
    d <- data.frame(study = B$study, k = B$k)
    re <- try(rma.mv(B$y, B$V, mods = X, intercept = FALSE, random = ~ k | study, struct = "CS", rho = 0.5, data = d, control = tight), silent = TRUE)
    if (inherits(re, "try-error")) re <- rma.mv(B$y, B$V, mods = X, intercept = FALSE, random = ~ k | study, struct = "CS", rho = 0.5, data = d)
    out$reml <- list(b = as.numeric(re$beta), se = as.numeric(re$se), tau2 = re$tau2)
    W <- solve(B$V); H <- W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
    same <- outer(B$study, B$study, "=="); M <- same * 0.5; diag(M) <- 1
    t2 <- max(0, (fe$QE - out$fe$df) / sum(diag((W - H) %*% M)))
    Wr <- solve(B$V + t2 * M); C <- solve(t(X) %*% Wr %*% X)
    out$dl <- list(tau2 = t2, b = as.numeric(C %*% t(X) %*% Wr %*% B$y), se = as.numeric(sqrt(diag(C))))
  }
  out
}

network <- function(study, treat, y, v, data, ref) {
  study <- as.character(study); treat <- as.character(treat)
  B <- blocks(study, treat, y, v); treats <- sort(unique(c(B$a, B$b)))
  out <- fits(B, design(B$a, B$b, treats, ref)); out$basic <- setdiff(treats, ref); out$ref <- ref; out$data <- data
  # Designs with effects of their own: Q within designs.
  des <- sapply(B$study, function(s) paste(sort(unique(treat[study == s])), collapse = "|"))
  q <- 0; df <- 0
  for (g in unique(des)) {
    j <- which(des == g); tr <- sort(unique(c(B$a[j], B$b[j]))); Xg <- design(B$a[j], B$b[j], tr, tr[1])
    W <- solve(B$V[j, j]); beta <- solve(t(Xg) %*% W %*% Xg, t(Xg) %*% W %*% B$y[j]); e <- B$y[j] - Xg %*% beta
    q <- q + as.numeric(t(e) %*% W %*% e); df <- df + nrow(Xg) - ncol(Xg)
  }
  out$within <- list(Q = q, df = df)
  # Symmetrical side-splitting of each pair with direct evidence, where it can be told apart.
  out$split <- list()
  pairs <- unique(t(apply(cbind(B$a, B$b), 1, sort)))
  for (r in seq_len(min(nrow(pairs), 6))) {
    a <- pairs[r, 1]; b <- pairs[r, 2]; X <- design(B$a, B$b, treats, a)
    w <- sapply(seq_along(B$y), function(i) {
      arms <- treat[study == B$study[i]]
      if (!(a %in% arms && b %in% arms)) return(0)
      half <- function(t) if (t == b) 0.5 else if (t == a) -0.5 else 0
      half(B$a[i]) - half(B$b[i])
    })
    X2 <- cbind(X, w); if (qr(X2)$rank < ncol(X2)) next
    d <- data.frame(study = B$study, k = B$k)
    m <- rma.mv(B$y, B$V, mods = X2, intercept = FALSE, random = ~ k | study, struct = "CS", rho = 0.5, data = d, control = tight)
    out$split[[length(out$split) + 1]] <- list(a = a, b = b, indirect = as.numeric(m$beta[which(colnames(X) == b)]),
      indirect_se = as.numeric(m$se[which(colnames(X) == b)]), difference = as.numeric(m$beta[ncol(X2)]), difference_se = as.numeric(m$se[ncol(X2)]), tau2 = m$tau2)
  }
  out
}

counts <- function(study, treat, r, n, ref) {
  keep <- complete.cases(r, n); study <- as.character(study)[keep]; treat <- as.character(treat)[keep]; r <- r[keep]; n <- n[keep]
  data <- list(kind = "counts", study = study, treatment = treat, r = r, n = n)
  a <- r; b <- n - r
  for (s in unique(study)) { i <- study == s
    if (all(a[i] == 0) || all(b[i] == 0)) { a[i] <- NA } else if (any(a[i] == 0 | b[i] == 0)) { a[i] <- a[i] + 0.5; b[i] <- b[i] + 0.5 } }
  ok <- !is.na(a)
  network(study[ok], treat[ok], log(a / b)[ok], (1 / a + 1 / b)[ok], data, ref)
}

means <- function(study, treat, m, s, n, ref) {
  keep <- complete.cases(m, s, n)
  data <- list(kind = "means", study = as.character(study)[keep], treatment = as.character(treat)[keep], mean = m[keep], sd = s[keep], n = n[keep])
  network(data$study, data$treatment, m[keep], s[keep]^2 / n[keep], data, ref)
}

dose <- function(folder) {
  d <- read.csv(file.path(folder, "antidepressant-dose-response-nma", "ssri_dose.csv"))
  d$dose <- as.numeric(d$dose); d <- aggregate(cbind(n, r) ~ studyID + agent + dose, d, sum)
  d <- d[order(d$studyID, d$dose), ]
  d <- d[!(d$studyID %in% d$studyID[d$r == 0 | d$r == d$n]), ]
  d <- d[d$studyID %in% names(which(table(d$studyID) > 1)), ]
  B <- blocks(d$studyID, seq_len(nrow(d)), log(d$r / (d$n - d$r)), 1 / d$r + 1 / (d$n - d$r))
  drugs <- sort(setdiff(unique(d$agent), "placebo")); a <- as.integer(B$a); b <- as.integer(B$b)
  curve <- function(f) sapply(drugs, function(g) ifelse(d$agent[a] == g, f(d$dose[a]), 0) - ifelse(d$agent[b] == g, f(d$dose[b]), 0))
  list(data = list(study = as.character(d$studyID), agent = d$agent, dose = d$dose, n = d$n, r = d$r), drugs = drugs,
    linear = fits(B, curve(function(x) x / 20)), emax = fits(B, curve(function(x) (x / 20) / (x / 20 + 0.5))))
}

components <- function() {
  d <- dat.linde2016; basic <- NULL
  long <- d[, c("id", "treat1", "treat2", "lnOR", "selnOR")]
  multi <- names(which(table(long$id) > 1)); two <- long[!(long$id %in% multi), ]
  parts <- function(t) if (t == "Placebo") character(0) else strsplit(t, " \\+ ")[[1]]
  names <- sort(unique(unlist(lapply(c(as.character(two$treat1), as.character(two$treat2)), parts))))
  row <- function(t) sapply(names, function(g) sum(parts(as.character(t)) == g))
  X <- t(mapply(function(x, y) row(x) - row(y), two$treat1, two$treat2)); colnames(X) <- names
  B <- list(y = two$lnOR, V = diag(two$selnOR^2), study = two$id, k = rep(1, nrow(two)))
  keep <- qr(X)$rank == ncol(X)
  list(data = list(study = as.character(two$id), treat1 = as.character(two$treat1), treat2 = as.character(two$treat2), te = two$lnOR, se = two$selnOR), names = names, full = keep, fit = if (keep) fits(B, X) else NULL)
}

sets <- list(
  hasselblad1998 = function(f) with(dat.hasselblad1998, counts(study, trt, xi, ni, "no_contact")),
  senn2013 = function(f) with(dat.senn2013, means(study, treatment, mi, sdi, ni, "placebo")),
  dogliotti2014 = function(f) with(dat.dogliotti2014, counts(study, treatment, stroke, total, "Placebo/Control")),
  dong2013 = function(f) with(dat.dong2013, counts(id, treatment, death, randomized, "Placebo")),
  franchini2012 = function(f) { d <- dat.franchini2012
    l <- do.call(rbind, lapply(1:3, function(i) data.frame(s = d$Study, t = d[[paste0("Treatment", i)]], y = d[[paste0("y", i)]], sd = d[[paste0("sd", i)]], n = d[[paste0("n", i)]])))
    l <- l[order(l$s), ]; l <- l[l$t != "" & !is.na(l$y), ]; means(l$s, l$t, l$y, l$sd, l$n, "Placebo") },
  gurusamy2011 = function(f) with(dat.gurusamy2011, counts(study, treatment, death, n, "Control/Placebo")),
  woods2010 = function(f) with(dat.woods2010, counts(author, treatment, r, N, "Placebo")),
  baker2009 = function(f) with(dat.baker2009, counts(paste(study, year), treatment, exac, total, "Placebo")),
  pagliaro1992 = function(f) with(dat.pagliaro1992, counts(study, trt, xi, ni, "control")),
  linde2015 = function(f) { d <- read.csv(file.path(f, "nma-worked-examples", "depression_primary_care_linde2015_arms.csv")); with(d, counts(study, treatment, r, n, "Placebo")) },
  parkinson = function(f) { d <- read.csv(file.path(f, "nma-worked-examples", "parkinson.csv")); with(d, means(study, treatment, mean, sd, n, "A")) },
  antidepressants = function(f) { d <- read.csv(file.path(f, "antidepressant-dose-response-nma", "antidepressants_dose.csv"))
    d <- aggregate(cbind(r, n) ~ drug + studyid, d, sum); d <- d[order(d$studyid, d$drug), ]; with(d, counts(studyid, drug, r, n, "placebo")) }
)
folder <- if (length(args) > 1) args[2] else "../shared/data"
wanted <- if (length(args) > 2) args[-(1:2)] else names(sets)
out <- list(software = paste("R", getRversion(), "metafor", packageVersion("metafor"), "metadat", packageVersion("metadat")), networks = list())
for (n in wanted) {
  r <- try(sets[[n]](folder), silent = TRUE)
  if (inherits(r, "try-error")) { message("left out: ", n, " ", r); next }
  out$networks[[n]] <- r; message(n)
}
if (length(args) <= 2) { out$dose <- dose(folder); out$components <- try(components(), silent = TRUE) }
write(toJSON(out, digits = 15, auto_unbox = TRUE, null = "null", na = "null"), args[1])
