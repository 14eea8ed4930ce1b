namespace Earshot.Fleet.Collecting;

/// <summary>What is known of one running server. A restart gives a server a new id, and so another one of these.</summary>
internal sealed record RosterServer(ServerIdentity Identity, RosterState State, DateTimeOffset FirstResponse, DateTimeOffset LastResponse)
{
    /// <summary>When the first of the pings was sent that it has not answered since its last response; null when it has answered all.</summary>
    public DateTimeOffset? Unanswered { get; init; }
}
