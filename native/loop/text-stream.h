#pragma once

#include <string>
#include <vector>

namespace sparse_pilot::loop {

/**
 * Turns token bytes into text that may be shown: whole UTF-8 characters only, and never the beginning of a
 * stop string that may still complete. Bytes that are no UTF-8 pass through once they can't become any.
 */
class TextStream {
  public:
    explicit TextStream(std::vector<std::string> stopStrings);

    /** Adds a token's bytes. True when a stop string is complete: the text ends before it and further bytes
     * are ignored. */
    bool add(const std::string & bytes);
    /** Takes the text that may be shown now. */
    std::string take();
    /** Takes the rest, whatever it is; for the end of a generation. An incomplete last character is dropped.
     */
    std::string finish();
    bool stopped() const { return stopped_; }

  private:
    std::size_t heldBack() const;

    std::vector<std::string> stops_;
    std::string held_;
    bool stopped_ = false;
};

/** Bytes at the end of `text` that begin a UTF-8 character and don't finish it: 0..3. */
std::size_t incompleteUtf8(const std::string & text);

/** Length of `text` in UTF-16 code units, once a JavaScript engine has put U+FFFD in place of what is no
 * UTF-8. */
std::size_t utf16Length(const std::string & text);

} // namespace sparse_pilot::loop
