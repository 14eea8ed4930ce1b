namespace Earshot.JetStream.Batches;

/// <summary>Specifies what a call of a fast batch waits for.</summary>
internal enum FastWait : byte
{
    /// <summary>Nothing: only what has arrived and what is due is processed.</summary>
    None,

    /// <summary>All added messages are sent.</summary>
    Sent,

    /// <summary>The batch has ended.</summary>
    End,
}
