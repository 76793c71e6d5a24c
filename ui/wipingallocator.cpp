// SPDX-License-Identifier: MIT
// All memory that the program gives back is overwritten first. Secrets pass through much that is not ours (the fields
// and the network of Qt, the keychain's library, OpenSSL), which copies them and frees the copies as they are.
//
// Only free() and realloc() are replaced; every block goes back to the allocator that is next in order, be it the C
// library's or one that was preloaded (LD_PRELOAD, valgrind).
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)

// The sanitizer has an allocator of its own, which can do the same. The name is its.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "max_free_fill_size=1073741824:free_fill_byte=0";
}

#elif defined(__GLIBC__)

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <malloc.h>
#include <utility>

namespace {

using Free = void (*)(void*);
constinit std::atomic<Free> nextFree{nullptr};
constinit thread_local bool isLookingUp = false;

/// To the allocator that it came from.
void giveBack(void* block) {
    Free next = nextFree.load(std::memory_order_acquire);
    if (!next) {
        // The look-up itself may free what an earlier one left: that stays where it is, once.
        if (std::exchange(isLookingUp, true))
            return;
        next = reinterpret_cast<Free>(dlsym(RTLD_NEXT, "free"));
        isLookingUp = false;
        nextFree.store(next, std::memory_order_release);
    }
    next(block);
}

} // namespace

extern "C" void free(void* block) noexcept {
    if (!block)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    giveBack(block);
}

extern "C" void* realloc(void* block, std::size_t size) noexcept {
    if (!block)
        return std::malloc(size);
    if (size == 0) {
        std::free(block);
        return nullptr;
    }
    const std::size_t before = malloc_usable_size(block);
    // A block that is not much smaller stays where it is, without its end.
    if (size <= before && size >= before / 2) {
        explicit_bzero(static_cast<char*>(block) + size, before - size);
        return block;
    }
    // An allocator's own way to a block of another size leaves the old one as it is.
    void* fresh = std::malloc(size);
    if (!fresh)
        return nullptr;
    std::memcpy(fresh, block, size < before ? size : before);
    std::free(block);
    return fresh;
}

#endif
