#ifndef CONNXCHECKER_ISOLATION_H
#define CONNXCHECKER_ISOLATION_H

#include <functional>
#include <string>

#include "connxchecker.h"

/// Runs `work` in a child process and answers with the text it returns, or with the text of the exception it throws.
connx_answer run_isolated(const std::function<std::string()> &work);

#endif
