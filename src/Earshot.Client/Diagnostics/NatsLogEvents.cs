using System.ComponentModel;
using Microsoft.Extensions.Logging;

namespace Earshot;

/// <summary>Event ids for source compatibility. Nothing is logged with them: the event id of a log entry is the kind of the event.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NatsLogEvents
{
    /// <summary>The event id "Connection"; not used.</summary>
    public static readonly EventId Connection = new(1001, nameof(Connection));

    /// <summary>The event id "Subscription"; not used.</summary>
    public static readonly EventId Subscription = new(1002, nameof(Subscription));

    /// <summary>The event id "Security"; not used.</summary>
    public static readonly EventId Security = new(1003, nameof(Security));

    /// <summary>The event id "InboxSubscription"; not used.</summary>
    public static readonly EventId InboxSubscription = new(1004, nameof(InboxSubscription));

    /// <summary>The event id "Protocol"; not used.</summary>
    public static readonly EventId Protocol = new(1005, nameof(Protocol));

    /// <summary>The event id "TcpSocket"; not used.</summary>
    public static readonly EventId TcpSocket = new(1006, nameof(TcpSocket));

    /// <summary>The event id "Internal"; not used.</summary>
    public static readonly EventId Internal = new(1007, nameof(Internal));

    /// <summary>The event id "Buffer"; not used.</summary>
    public static readonly EventId Buffer = new(1008, nameof(Buffer));
}
