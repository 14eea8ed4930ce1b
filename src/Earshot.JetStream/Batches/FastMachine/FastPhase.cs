namespace Earshot.JetStream.Batches;

/// <summary>Specifies the phase of a fast batch.</summary>
internal enum FastPhase : byte
{
    /// <summary>The batch is not started on the server, or must be started again.</summary>
    Idle,

    /// <summary>The first message was written, and its ack is awaited.</summary>
    Starting,

    /// <summary>Messages are written as the acks allow.</summary>
    Flowing,

    /// <summary>The commit was written, or the server has ended the batch early: its last answer is awaited, and nothing more is written.</summary>
    Committing,

    /// <summary>The client waits until the batch is started again.</summary>
    Delaying,

    /// <summary>The batch has ended.</summary>
    Over,
}
