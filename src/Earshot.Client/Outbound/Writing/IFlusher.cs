namespace Earshot.Outbound;

/// <summary>Drains the outbound buffer: the write loop of the session it is attached to.</summary>
internal interface IFlusher
{
    /// <summary>Begins to drain; called once each time the buffer stops being empty, never under the outbound lock.</summary>
    /// <param name="inline">True: the first write may happen on the caller's thread.</param>
    void Start(bool inline);

    /// <summary>Writes the batch that was delegated to the caller, on its thread, never under the outbound lock.</summary>
    void WriteDelegated();
}
