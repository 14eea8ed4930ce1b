namespace Earshot.Events;

/// <summary>The context of an event: the state of the connection that an event of the lifecycle makes current.</summary>
internal readonly record struct JournalMove(NatsConnectionState State, int SessionId, int OutageId, int AttemptId)
{
    /// <summary>The outage of the event itself where it is the last of one that is over with it; otherwise 0.</summary>
    public int EndsOutage { get; init; }
}
