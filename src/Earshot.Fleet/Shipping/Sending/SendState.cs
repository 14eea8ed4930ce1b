namespace Earshot.Fleet.Shipping;

/// <summary>The state of the sending machine. Times are those of the shipper's monotonic clock.</summary>
internal readonly record struct SendState
{
    /// <summary>The number of the carrier's session in which may be sent; 0: there is none, or it is not ready.</summary>
    public int Session { get; init; }

    /// <summary>The server refused the subject or the inbox in this session.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Nothing is sent before this time.</summary>
    public TimeSpan NotBefore { get; init; }

    /// <summary>When the batch in flight is overdue; null: none is in flight.</summary>
    public TimeSpan? AckDue { get; init; }

    /// <summary>The number of consecutive failures.</summary>
    public int Failures { get; init; }

    /// <summary>When a warning was logged the last time; null: never.</summary>
    public TimeSpan? Warned { get; init; }
}
