namespace Earshot.Dashboard.Timeline;

/// <summary>A time in which the state, the session and the server of a connection did not change.</summary>
internal sealed record Period(DateTimeOffset From, DateTimeOffset To, NatsConnectionState State)
{
    /// <summary>The server of the session; null while there is none.</summary>
    public string? Server { get; init; }

    public TimeSpan Duration => To - From;
}
