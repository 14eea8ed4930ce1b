namespace Earshot.Subscriptions;

/// <summary>Received something from a parsed buffer and is woken once, when the whole buffer is parsed. Read loop only.</summary>
internal interface IBatchReader
{
    /// <summary>Whether it is part of the current batch. Set by <see cref="InboundBatch"/>; a caller checks it first to save a call.</summary>
    bool IsTouched { get; set; }

    /// <summary>The buffer is parsed. Must not wait and must not run user code.</summary>
    void Wake();
}
