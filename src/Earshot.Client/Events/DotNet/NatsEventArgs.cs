// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The data of a .NET event of a connection.</summary>
public class NatsEventArgs : EventArgs
{
    /// <summary>Initializes the event data with a line of text.</summary>
    public NatsEventArgs(string message) => Message = message;

    internal NatsEventArgs(NatsConnectionEvent e) => (Message, Event) = (e.Message, e);

    /// <summary>The event as one readable line.</summary>
    public string Message { get; }
    /// <summary>The event in the journal; <see langword="null"/> only when the application created the object.</summary>
    public NatsConnectionEvent? Event { get; internal init; }
}
