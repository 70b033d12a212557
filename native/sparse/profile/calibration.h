/** Turns what a calibrating session has seen into a profile. */
#pragma once

#include "profile/profile.h"
#include "session.h"

namespace sparse_pilot {

uint64_t calibrationTokens(const Session & session);

/** Throws std::runtime_error when nothing was calibrated. `extra` may be null. */
Profile makeProfile(const Session & session, const std::string & modelSha256,
                    const sp_calibration_extra * extra);

} // namespace sparse_pilot
