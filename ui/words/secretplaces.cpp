// SPDX-License-Identifier: MIT
#include "words/secretplaces.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("SecretPlaces", text, nullptr, count);
}
} // namespace

#define W(text) QT_TRANSLATE_NOOP("SecretPlaces", text)

QString secretPlaceText(SecretPlace place, int inKeychain, bool lacksKeychain) {
    const QString elsewhere =
        place == SecretPlace::Keychain || inKeychain == 0
            ? QString()
            : u' ' + words(QT_TRANSLATE_N_NOOP("SecretPlaces", "%n secret(s) stay(s) in this computer's keychain."),
                           inKeychain);
    switch (place) {
    case SecretPlace::Keychain:
        return lacksKeychain ? words(W("In this computer's keychain, which did not open."))
                             : words(W("Kept in this computer's keychain."));
    case SecretPlace::SealedFile:
        return words(W("Kept in a locked file in Waybill's folder.")) + elsewhere;
    case SecretPlace::ThisSession:
        return words(W("New ones are kept in memory until Waybill ends.")) + elsewhere;
    }
    return {};
}

QString carriedOverText(int moved, int left) {
    QStringList sentences;
    if (moved > 0)
        sentences += words(QT_TRANSLATE_N_NOOP("SecretPlaces", "%n secret(s) moved to the new place."), moved);
    if (left > 0)
        sentences +=
            words(QT_TRANSLATE_N_NOOP("SecretPlaces", "%n secret(s) stay(s) where it was, because it could not "
                                                      "be read there now; Waybill uses it as soon as it can."),
                  left);
    return sentences.join(u' ');
}

QString openToOthersText(const QStringList& files) {
    return words(W("Other people who use this computer could read what protects your signing secrets, and Waybill may "
                   "not change that. Make it readable by you alone: %1"))
        .arg(isolated(files.join(u", ")));
}

QString servedWithoutKeychainText(int inKeychain, const Error& error) {
    const QString what =
        inKeychain > 0
            ? words(QT_TRANSLATE_N_NOOP("SecretPlaces", "%n secret(s) of this data is/are in this computer's keychain, "
                                                        "which did not open here: %1."),
                    inKeychain)
            : words(W("Secrets of this data are in this computer's keychain, which did not open here: %1."));
    return what.arg(isolated(error.details.simplified())) + u' ' +
           words(W("Deliveries that need them wait; everything else works, and new secrets go to a locked file in the "
                   "folder. Unlock the keychain, or serve from the desktop session that it belongs to."));
}

#undef W

} // namespace waybill
