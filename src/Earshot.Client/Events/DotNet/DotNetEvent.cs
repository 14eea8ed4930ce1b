namespace Earshot.Events;

/// <summary>Which .NET event of a connection a delegate was added to.</summary>
internal enum DotNetEvent
{
    ConnectionDisconnected, ConnectionOpened, ConnectionReconnected, ConnectionClosed, ReconnectFailed, MessageDropped,
    SlowConsumerDetected, LameDuckModeActivated, ServerError, ServersDiscovered, ErrorOccurred,
}
