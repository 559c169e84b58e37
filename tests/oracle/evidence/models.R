# Writes what metafor says of regression in networks, unrelated means, trim and fill, a selection model, three levels and robust
# variances, for tests/oracle/evidence/test_models.py.   Rscript tests/oracle/evidence/models.R OUTPUT.json
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
options(warn = -1)
args <- commandArgs(TRUE)
out <- list(software = paste("R", getRversion(), "metafor", packageVersion("metafor"), "metadat", packageVersion("metadat")))
one <- function(m) list(b = as.numeric(m$beta), se = as.numeric(m$se), tau2 = m$tau2)

# A network with a covariate: smoking cessation, the log of each trial's size; and unrelated mean effects.
d <- dat.hasselblad1998; d$study <- as.character(d$study)
a <- d$xi; b <- d$ni - d$xi
for (s in unique(d$study)) { i <- d$study == s; if (any(a[i] == 0 | b[i] == 0)) { a[i] <- a[i] + 0.5; b[i] <- b[i] + 0.5 } }
y <- log(a / b); v <- 1 / a + 1 / b
B <- list(study = c(), t1 = c(), t2 = c(), y = c(), k = c(), V = list())
for (s in unique(d$study)) { i <- which(d$study == s); f <- i[1]; r <- i[-1]
  B$study <- c(B$study, rep(s, length(r))); B$t1 <- c(B$t1, d$trt[r]); B$t2 <- c(B$t2, rep(d$trt[f], length(r)))
  B$y <- c(B$y, y[r] - y[f]); B$k <- c(B$k, seq_along(r)); B$V <- c(B$V, list(diag(v[r], length(r)) + v[f])) }
V <- as.matrix(bldiag(B$V)); dat <- data.frame(study = B$study, k = B$k)
size <- tapply(d$ni, d$study, sum); x <- log(size); xc <- as.numeric(x - mean(x[unique(d$study)])); names(xc) <- names(x)
ref <- "no_contact"; basic <- setdiff(sort(unique(d$trt)), ref)
X <- sapply(basic, function(t) (B$t1 == t) - (B$t2 == t))
fit <- function(M) do.call(rma.mv, list(yi = B$y, V = V, mods = M, intercept = FALSE, random = ~ k | study, struct = "CS", rho = 0.5, data = dat))
common <- ((B$t1 != ref) - (B$t2 != ref)) * as.numeric(xc[B$study])
out$regression <- list(covariate = as.list(setNames(as.numeric(x), names(x))), basic = basic, common = one(fit(cbind(X, common))), independent = one(fit(cbind(X, X * as.numeric(xc[B$study])))))
key <- ifelse(B$t2 < B$t1, paste(B$t2, B$t1), paste(B$t1, B$t2)); sign <- ifelse(B$t2 < B$t1, 1, -1)
U <- sapply(sort(unique(key)), function(p) (key == p) * sign)
u <- fit(U); out$unrelated <- c(one(u), list(pairs = sort(unique(key)), Q = do.call(rma.mv, list(yi = B$y, V = V, mods = U, intercept = FALSE))$QE))

fill <- function(yi, vi, method) { m <- rma(yi, vi, method = method); t <- trimfill(m); list(k0 = t$k0, side = t$side, b = as.numeric(t$beta), se = t$se, tau2 = t$tau2, yi = as.numeric(yi), vi = as.numeric(vi)) }
out$trimfill <- list(hackshaw = fill(dat.hackshaw1998$yi, dat.hackshaw1998$vi, "REML"), hackshaw_fe = fill(dat.hackshaw1998$yi, dat.hackshaw1998$vi, "EE"),
  raudenbush = fill(dat.raudenbush1985$yi, dat.raudenbush1985$vi, "REML"), bangert = fill(dat.bangertdrowns2004$yi, dat.bangertdrowns2004$vi, "REML"),
  egger = with(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001), fill(yi, vi, "REML")))

select <- function(yi, vi, alternative = "greater", step = 0.025) { m <- rma(yi, vi, method = "ML"); s <- selmodel(m, type = "stepfun", steps = step, alternative = alternative)
  list(yi = as.numeric(yi), vi = as.numeric(vi), step = step, greater = alternative == "greater", b = as.numeric(s$beta), se = s$se, tau2 = s$tau2, delta = s$delta[2], delta_se = s$se.delta[2], p = s$LRTp) }
out$selection <- list(hackshaw = select(dat.hackshaw1998$yi, dat.hackshaw1998$vi), bangert = select(dat.bangertdrowns2004$yi, dat.bangertdrowns2004$vi),
  mcdaniel = with(escalc("ZCOR", ri = ri, ni = ni, data = dat.mcdaniel1994), select(yi, vi)),
  egger = with(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001), select(yi, vi, "less")))

lev <- function(yi, vi, g) { m <- rma.mv(yi, vi, random = ~ 1 | g / id, data = data.frame(yi = yi, vi = vi, g = g, id = seq_along(yi)))
  r <- robust(rma(yi, vi), cluster = g)
  list(yi = as.numeric(yi), vi = as.numeric(vi), cluster = as.character(g), b = as.numeric(m$beta), se = m$se, sigma2 = m$sigma2,
    robust = list(b = as.numeric(r$beta), se = r$se, df = r$ddf, p = r$pval)) }
out$levels <- list(konstantopoulos = with(dat.konstantopoulos2011, lev(yi, vi, district)), assink = with(dat.assink2016, lev(yi, vi, study)))
write(toJSON(out, digits = 15, auto_unbox = TRUE, null = "null", na = "null"), args[1])
