#pragma once

#include "sparse-pilot.h"

/// The default settings, but for the selector and its density.
inline sp_settings settingsOf(sp_selector selector, float density) {
    sp_settings settings = sp_default_settings();
    settings.selector = selector;
    settings.density = density;
    return settings;
}
