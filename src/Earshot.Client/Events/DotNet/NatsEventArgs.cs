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

    /// <summary>
    /// The application requested it: it has closed, drained or disposed the connection, and no action is required. False for
    /// an outage, for every other event, and where these arguments were made by hand.
    /// </summary>
    public bool IsRequested => Event switch
    {
        NatsDisconnectedEvent { Reason: NatsDisconnectReason.UserClosed or NatsDisconnectReason.Drained or NatsDisconnectReason.Disposed } => true,
        NatsClosedEvent { Reason: NatsCloseReason.UserClosed or NatsCloseReason.Disposed or NatsCloseReason.DrainCompleted or NatsCloseReason.DrainTimedOut } => true,
        _ => false,
    };
}
