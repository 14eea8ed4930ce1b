using System.ComponentModel;
using Microsoft.Extensions.Logging;

namespace Earshot;

/// <summary>Event ids that other code names. Nothing is logged under them here: the id of a log line is the number of the event's kind.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NatsLogEvents
{
    /// <summary>Not used.</summary>
    public static readonly EventId Connection = new(1001, nameof(Connection));

    /// <summary>Not used.</summary>
    public static readonly EventId Subscription = new(1002, nameof(Subscription));

    /// <summary>Not used.</summary>
    public static readonly EventId Security = new(1003, nameof(Security));

    /// <summary>Not used.</summary>
    public static readonly EventId InboxSubscription = new(1004, nameof(InboxSubscription));

    /// <summary>Not used.</summary>
    public static readonly EventId Protocol = new(1005, nameof(Protocol));

    /// <summary>Not used.</summary>
    public static readonly EventId TcpSocket = new(1006, nameof(TcpSocket));

    /// <summary>Not used.</summary>
    public static readonly EventId Internal = new(1007, nameof(Internal));

    /// <summary>Not used.</summary>
    public static readonly EventId Buffer = new(1008, nameof(Buffer));
}
