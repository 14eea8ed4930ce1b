namespace Earshot.Outbound;

/// <summary>What publishers and requesters must know of the lifecycle.</summary>
internal interface IConnectionAvailability
{
    /// <summary>New requests wait: a session hands over to the next.</summary>
    bool IsHoldingRequests { get; }

    /// <summary>Completes when a session is there; fails when the connection has given up.</summary>
    Task NextSession();

    /// <summary>The exception of a closed connection.</summary>
    Exception Closed(NatsOutcome outcome);
}
