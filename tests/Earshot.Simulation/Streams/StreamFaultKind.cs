namespace Earshot.Simulation.Streams;

/// <summary>What can happen to a stream, to a consumer, or to the API.</summary>
internal enum StreamFaultKind
{
    /// <summary>Another leader of a stream is elected, immediately or after a time.</summary>
    ChangeLeader,

    /// <summary>Another leader of a consumer is elected.</summary>
    ChangeConsumerLeader,

    /// <summary>A stream has no leader for a time.</summary>
    MakeUnavailable,

    /// <summary>A stream rejects publishes for a time.</summary>
    Fill,

    /// <summary>The next acks of publishes are lost.</summary>
    LoseAcks,

    /// <summary>Acks of publishes are late for a time.</summary>
    DelayAcks,

    /// <summary>A consumer sends nothing for a time.</summary>
    SilenceConsumer,

    /// <summary>A consumer is deleted.</summary>
    DeleteConsumer,

    /// <summary>The next messages of a consumer are delivered twice.</summary>
    DuplicateDeliveries,

    /// <summary>The API does not answer for a time.</summary>
    SilenceApi,

    /// <summary>The last messages of the stream are lost.</summary>
    DropTail,
}
