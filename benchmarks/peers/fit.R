# Fits one panel with one R package: Rscript fit.R ratings.csv program halo(0|1) folder
# Writes effects.csv (facet, label, effect, variance) and notes.txt (key, tab, value) into the folder.
# Loading packages and reading the file are not timed. What takes under five seconds is done twice and the
# shorter time counts, so that compiling R's own byte code is not held against anybody.
arguments <- commandArgs(TRUE)
program <- arguments[2]
package <- strsplit(program, " ", fixed = TRUE)[[1]][1]
facets <- c("candidate", "interviewer", "question", if (arguments[3] == "1") "interview")
ratings <- read.csv(arguments[1])
for (name in facets) ratings[[name]] <- factor(ratings[[name]])
suppressPackageStartupMessages(library(package, character.only = TRUE))
terms <- paste0("(1|", facets, ")", collapse = " + ")

said <- character()
hear <- function(condition, restart) {
  text <- gsub("\\s+", " ", conditionMessage(condition))
  said <<- unique(c(said, text))
  invokeRestart(restart)
}
timed <- function(work) {
  least <- Inf
  for (turn in 1:2) {
    before <- proc.time()
    result <- withCallingHandlers(
      work(),
      warning = function(w) hear(w, "muffleWarning"),
      message = function(m) hear(m, "muffleMessage")
    )
    spent <- proc.time() - before
    least <- min(least, spent[["user.self"]] + spent[["sys.self"]])
    if (spent[["elapsed"]] > 5) break
  }
  list(result = result, cpu = least)
}

if (program == "lme4") {
  fit <- timed(function() lmer(as.formula(paste("score ~ 1 +", terms)), ratings))
} else if (program == "glmmTMB gaussian") {
  fit <- timed(function() glmmTMB(as.formula(paste("score ~ 1 +", terms)), ratings))
} else if (program == "glmmTMB binomial") {
  top <- max(ratings$score)
  left <- paste0("cbind(score, ", top, " - score) ~ 1 +")
  fit <- timed(function() glmmTMB(as.formula(paste(left, terms)), ratings, family = binomial))
} else if (program == "glmmTMB ordinal") {
  if (!"ordinal" %in% getNamespaceExports("glmmTMB")) {
    stop("glmmTMB ", packageVersion("glmmTMB"), " has no ordinal family")
  }
  ratings$score <- factor(ratings$score, ordered = TRUE)
  fit <- timed(function() glmmTMB(as.formula(paste("score ~ 1 +", terms)), ratings, family = glmmTMB::ordinal()))
} else if (program == "ordinal clmm") {
  ratings$score <- factor(ratings$score, ordered = TRUE)
  fit <- timed(function() clmm(as.formula(paste("score ~ 1 +", terms)), data = ratings))
} else {
  stop("no such program: ", program)
}
model <- fit$result

if (package == "ordinal") {
  errors <- timed(function() list(ranef(model), condVar(model)))
  effects <- errors$result[[1]]
  variances <- lapply(errors$result[[2]], function(found) found[[1]])
  sds <- sapply(VarCorr(model), function(part) attr(part, "stddev")[[1]])
} else {
  errors <- timed(function() ranef(model, condVar = TRUE))
  if (package == "lme4") {
    effects <- errors$result
    variances <- lapply(effects, function(found) as.vector(attr(found, "postVar")))
    sds <- sapply(VarCorr(model), function(part) attr(part, "stddev")[[1]])
  } else {
    effects <- errors$result$cond
    variances <- lapply(effects, function(found) as.vector(attr(found, "condVar")))
    sds <- sapply(VarCorr(model)$cond, function(part) attr(part, "stddev")[[1]])
  }
}

table <- do.call(rbind, lapply(c("candidate", "interviewer"), function(facet) {
  data.frame(
    facet = facet, label = rownames(effects[[facet]]),
    effect = effects[[facet]][[1]], variance = variances[[facet]]
  )
}))
write.csv(table, file.path(arguments[4], "effects.csv"), row.names = FALSE, quote = FALSE)
status <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
peak <- sub("^VmHWM:\\s*(\\d+) kB$", "\\1", grep("^VmHWM", status, value = TRUE), perl = TRUE)
notes <- c(
  paste("version", paste0(package, " ", packageVersion(package), ", R ", getRversion()), sep = "\t"),
  paste("fit", fit$cpu, sep = "\t"),
  paste("errors", errors$cpu, sep = "\t"),
  if (length(peak)) paste("kilobytes", peak, sep = "\t"),
  paste(paste("sd", names(sds)), sds, sep = "\t"),
  if (length(said)) paste("said", said, sep = "\t")
)
writeLines(notes, file.path(arguments[4], "notes.txt"))
