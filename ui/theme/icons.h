// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QIcon>

class QPainter;
class QRectF;
class QWidget;

namespace waybill {

/// The outline icons that Waybill ships (resources/icons).
enum class Icon {
    None,
    Endpoint,
    Delivery,
    History,
    Inbox,
    Receiver,
    BookOpen,
    Recipe,
    Learn,
    Settings,
    Search,
    ChevronDown,
    ChevronRight,
    Check,
    Cross,
    Clock,
    RotateCw,
    RefreshCw,
    CircleCheck,
    CircleX,
    Warning,
    CircleAlert,
    Info,
    Copy,
    Plus,
    Minus,
    Edit,
    Trash,
    Power,
    Play,
    FastForward,
    Download,
    Upload,
    Key,
    Eye,
    EyeOff,
    ExternalLink,
    More,
    Filter,
    Calendar,
    ShieldCheck,
    ShieldAlert,
    Link,
    Zap,
    WifiOff,
    Lightbulb,
    Terminal,
    Lock,
    ArrowRight,
    Ban,
    Package,
    Repeat,
    Undo,
    Circle,
    User,
    Help,
    FileText,
};

/// An icon that takes its colour from `widget` each time it is painted, so it follows light and dark: the one of text
/// on the accent for a primary button, of danger for a danger button, else of the palette's text. `widget` may be null
/// (the application's palette) and may be gone before the icon.
QIcon icon(Icon name, const QWidget* widget = nullptr);
/// An icon of one colour, for delegates and pills.
QIcon icon(Icon name, const QColor& colour);
void paintIcon(QPainter& painter, const QRectF& area, Icon name, const QColor& colour);
/// The resource's path; empty for None.
QString iconPath(Icon name);

} // namespace waybill
