// SPDX-License-Identifier: MIT
#include "theme/icons.h"
#include "theme/theme.h"
#include "theme/tokens.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTextStandsOutFromItsGround_data();
    void everyTextStandsOutFromItsGround();
    void everyMeaningfulLineStandsOutFromItsGround_data();
    void everyMeaningfulLineStandsOutFromItsGround();
    void contrastIsThatOfTheGuidelines();
    void everyIconCanBeDrawn();
    void anIconFollowsThePalette();
    void aPlainButtonStandsOutFromItsGround();
    void theModeChangesThePaletteAndSaysSo();
};

namespace {
void addSets(const std::function<void(const QByteArray&, const Tokens&)>& add) {
    add("light", lightTokens());
    add("dark", darkTokens());
}
} // namespace

void TestTheme::everyTextStandsOutFromItsGround_data() {
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("ground");
    addSets([](const QByteArray& set, const Tokens& t) {
        const QList<QPair<QByteArray, QColor>> grounds{{"window", t.window},
                                                       {"sidebar", t.sidebar},
                                                       {"surface", t.surface},
                                                       {"sunken", t.surfaceSunken},
                                                       {"selected", t.accentSoft}};
        const QList<QPair<QByteArray, QColor>> texts{
            {"text", t.text},     {"muted", t.textMuted}, {"accent", t.accent}, {"success", t.success},
            {"danger", t.danger}, {"warning", t.warning}, {"info", t.info}};
        for (const auto& [groundName, ground] : grounds)
            for (const auto& [textName, text] : texts)
                QTest::newRow(QByteArray(set + ' ' + textName + " on " + groundName).constData()) << text << ground;
        const QList<QPair<QColor, QColor>> pairs{{t.accentText, t.accent},         {t.accentText, t.accentHover},
                                                 {t.success, t.successSoft},       {t.warning, t.warningSoft},
                                                 {t.danger, t.dangerSoft},         {t.info, t.infoSoft},
                                                 {t.neutral, t.neutralSoft},       {t.codeKey, t.surfaceSunken},
                                                 {t.codeString, t.surfaceSunken},  {t.codeNumber, t.surfaceSunken},
                                                 {t.codeKeyword, t.surfaceSunken}, {t.text, t.warningSoft},
                                                 {t.text, t.dangerSoft},           {t.text, t.infoSoft}};
        int number = 0;
        for (const auto& [text, ground] : pairs)
            QTest::newRow(QByteArray(set + " pair " + QByteArray::number(++number)).constData()) << text << ground;
    });
}

void TestTheme::everyTextStandsOutFromItsGround() {
    QFETCH(QColor, text);
    QFETCH(QColor, ground);
    const double found = contrast(text, ground);
    QVERIFY2(found >= 4.5, qPrintable(QString::number(found)));
}

void TestTheme::everyMeaningfulLineStandsOutFromItsGround_data() {
    QTest::addColumn<QColor>("line");
    QTest::addColumn<QColor>("ground");
    addSets([](const QByteArray& set, const Tokens& t) {
        int number = 0;
        for (const QColor& line : {t.outline, t.focus})
            for (const QColor& ground : {t.window, t.sidebar, t.surface, t.surfaceSunken})
                QTest::newRow(QByteArray(set + ' ' + QByteArray::number(++number)).constData()) << line << ground;
    });
}

void TestTheme::everyMeaningfulLineStandsOutFromItsGround() {
    QFETCH(QColor, line);
    QFETCH(QColor, ground);
    const double found = contrast(line, ground);
    QVERIFY2(found >= 3.0, qPrintable(QString::number(found)));
}

void TestTheme::contrastIsThatOfTheGuidelines() {
    QCOMPARE(qRound(contrast(Qt::black, Qt::white)), 21);
    QCOMPARE(qRound(contrast(Qt::white, Qt::white)), 1);
    QCOMPARE(qRound(contrast(QColor(0x777777), Qt::white) * 100), 448);
}

void TestTheme::everyIconCanBeDrawn() {
    for (int number = 1; number <= int(Icon::FileText); ++number) {
        const QImage image = icon(Icon(number), QColor(Qt::red)).pixmap(QSize(48, 48)).toImage();
        bool drawn = false;
        for (int y = 0; y < image.height() && !drawn; ++y)
            for (int x = 0; x < image.width() && !drawn; ++x)
                drawn = qAlpha(image.pixel(x, y)) > 200 && qRed(image.pixel(x, y)) > 200;
        QVERIFY2(drawn, qPrintable(iconPath(Icon(number))));
    }
    QVERIFY(icon(Icon::None).isNull());
}

void TestTheme::anIconFollowsThePalette() {
    QPushButton button;
    const QIcon drawing = icon(Icon::Plus, &button);
    for (const QColor& colour : {QColor(Qt::red), QColor(Qt::blue)}) {
        QPalette palette = button.palette();
        palette.setColor(QPalette::ButtonText, colour);
        button.setPalette(palette);
        QCOMPARE(drawing.pixmap(QSize(24, 24)).toImage().pixelColor(12, 12), colour);
    }
}

void TestTheme::aPlainButtonStandsOutFromItsGround() {
    Theme theme(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
        theme.setMode(mode);
        QPushButton button(u"Edit"_s);
        const QImage look = button.grab().toImage();
        const QColor line = look.pixelColor(look.width() / 2, 0);
        for (const QColor& ground : {theme.tokens().surface, theme.tokens().window})
            QVERIFY2(contrast(line, ground) >= 3, qPrintable(line.name()));
    }
}

void TestTheme::theModeChangesThePaletteAndSaysSo() {
    Theme theme(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setMode(Theme::Mode::Dark);
    QVERIFY(theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), darkTokens().window);
    QVERIFY(currentTokens(nullptr).dark);
    theme.setMode(Theme::Mode::Light);
    QVERIFY(!theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), lightTokens().window);
    QCOMPARE(changed.count(), 2);
    theme.setMode(Theme::Mode::Light);
    QCOMPARE(changed.count(), 2);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
