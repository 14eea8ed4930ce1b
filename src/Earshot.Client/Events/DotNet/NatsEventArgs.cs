// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>What every .NET event of a connection is given.</summary>
public class NatsEventArgs : EventArgs
{
    /// <summary>Makes one from a line of text.</summary>
    public NatsEventArgs(string message) => Message = message;

    internal NatsEventArgs(NatsConnectionEvent e) => (Message, Event) = (e.Message, e);

    /// <summary>One readable line.</summary>
    public string Message { get; }
    /// <summary>The event in the journal; <see langword="null"/> only where these arguments were made by hand.</summary>
    public NatsConnectionEvent? Event { get; internal init; }
}
