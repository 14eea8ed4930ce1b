namespace Earshot.Events;

/// <summary>What a pump hands events to: one handler, or several in a row. It never throws: what a handler throws becomes an event.</summary>
internal interface IEventReceiver
{
    ValueTask ReceiveAsync(NatsConnectionEvent e, EventPump pump);
}
