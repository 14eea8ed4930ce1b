namespace Earshot.Outbound;

/// <summary>Who drains the outbound buffer: the write loop of the session it is attached to.</summary>
internal interface IFlusher
{
    /// <summary>Begins to drain; called once each time the buffer stops being empty, never under the gate.</summary>
    /// <param name="inline">True: the first write may happen on the caller's thread.</param>
    void Start(bool inline);

    /// <summary>Writes the flight that was lent to the caller, on its thread, never under the gate.</summary>
    void WriteLent();
}
