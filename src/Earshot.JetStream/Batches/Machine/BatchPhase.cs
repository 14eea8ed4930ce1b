namespace Earshot.JetStream.Batches;

/// <summary>Specifies the phase of an atomic batch.</summary>
internal enum BatchPhase : byte
{
    /// <summary>Messages can be added.</summary>
    Open,

    /// <summary>A commit was written, or is being written.</summary>
    Committing,

    /// <summary>The client waits until the whole batch is sent again.</summary>
    Delaying,

    /// <summary>The client reads whether the stream has the last message of the batch.</summary>
    Resolving,

    /// <summary>The server has discarded the batch, or will do so. Nothing is stored. It can be sent again.</summary>
    Broken,

    /// <summary>The batch has ended.</summary>
    Over,
}
