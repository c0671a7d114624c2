# Phones: their C libraries and linkers come only in their makers' own kits, Google's NDK and
# Apple's Xcode.
# shellcheck shell=bash

readonly PHONES_ANDROID_API=24 # the oldest that the engine's own templates run on

# phones_has_kit OS: whether libraries for it can be built here.
phones_has_kit() {
	case $1 in
		android) [[ -n ${ANDROID_NDK_HOME:-} ]] ;;
		ios) have xcrun && have xcodebuild ;;
	esac
}

# phones_compiler TARGET: the kit's C compiler, with its options, as Go wants it in CC.
phones_compiler() {
	case $1 in
		*-android) phones_android_compiler "$1" ;;
		*-ios | *-ios-simulator) phones_apple_compiler "$1" ;;
	esac
}

phones_android_compiler() {
	local compiler advice='install it with the SDK manager of Android Studio, and set ANDROID_NDK_HOME to its folder'
	[[ -n ${ANDROID_NDK_HOME:-} ]] || die "a library for Android needs Google's NDK, r27 or newer: $advice"
	for compiler in "$ANDROID_NDK_HOME"/toolchains/llvm/prebuilt/*/bin/"$1$PHONES_ANDROID_API-clang"; do
		[[ ! -x $compiler ]] || break
	done
	[[ -x $compiler ]] ||
		die "ANDROID_NDK_HOME=$ANDROID_NDK_HOME holds no $1$PHONES_ANDROID_API-clang, so it is not an NDK of r27 or newer: $advice"
	# Phones with Android 15 and newer may have pages of 16 KiB.
	printf '"%s" -Wl,-z,max-page-size=16384\n' "$compiler"
}

phones_apple_compiler() {
	local sdk=iphoneos
	[[ $1 != *-simulator ]] || sdk=iphonesimulator
	phones_has_kit ios || die "a library for iOS needs a Mac with Xcode: install it from the App Store, then run: xcode-select --install"
	printf 'xcrun --sdk %s clang -target %s\n' "$sdk" "${1/-ios/-ios$PHONES_IOS}"
}

readonly PHONES_IOS=13.0 # the oldest that the engine's own templates run on

# phones_xcframework OUTPUT ARCHIVE...: static libraries as Xcode takes them: one for devices, then
# those of the simulator, which are joined.
phones_xcframework() {
	local output=$1 device=$2 simulator=${2%/*}/simulator/libphoenix_channels.a
	mkdir -p "${simulator%/*}"
	xcrun lipo -create "${@:3}" -output "$simulator" || return
	rm -rf "$output"
	xcodebuild -create-xcframework -library "$device" -library "$simulator" -output "$output" >&2
}
