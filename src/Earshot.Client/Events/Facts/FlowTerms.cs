// Words used by the events of message flow. Owns the words only.
namespace Earshot;

/// <summary>What happens to a message when a subscription is full.</summary>
public enum SlowPolicy
{
    /// <summary>The new message is dropped.</summary>
    DropNewest,
    /// <summary>The oldest waiting message is dropped.</summary>
    DropOldest,
    /// <summary>Reading from the server waits.</summary>
    Wait,
}

/// <summary>Why an inbound message was dropped.</summary>
public enum DropReason
{
    /// <summary>The queue of the subscription was full.</summary>
    QueueFull,
    /// <summary>A limit of the subscription was reached.</summary>
    Limit,
    /// <summary>There was no memory for it.</summary>
    Alloc,
    /// <summary>The subscription was closed.</summary>
    Closed,
}

/// <summary>Why an outbound message was not accepted.</summary>
public enum DiscardReason
{
    /// <summary>The pending buffer was full.</summary>
    BufferFull,
    /// <summary>The queue was full.</summary>
    QueueFull,
    /// <summary>There was no session.</summary>
    Disconnected,
    /// <summary>It exceeds the maximum payload.</summary>
    TooLarge,
}

/// <summary>Why bytes that were accepted will never be sent.</summary>
public enum DiscardCause
{
    /// <summary>The connection closed.</summary>
    Close,
    /// <summary>They were cut off in the middle when the session was lost.</summary>
    PartialWrite,
    /// <summary>The overflow policy says so.</summary>
    Policy,
}

/// <summary>What a publish does that finds no session and no room in the pending buffer.</summary>
public enum OverflowPolicy
{
    /// <summary>It waits for room, as long as it may.</summary>
    Wait,
    /// <summary>It throws at once.</summary>
    Fail,
    /// <summary>Nothing is buffered: without a session it throws at once.</summary>
    None,
}

/// <summary>What happened to requests in flight when the session was lost.</summary>
public enum RequestFailMode
{
    /// <summary>They failed at once.</summary>
    Failed,
    /// <summary>They run until their timeout.</summary>
    LeftToTimeout,
    /// <summary>They are sent again.</summary>
    Retried,
}
