namespace Earshot.Protocol;

/// <summary>What a server can say. MSG and HMSG are one kind: see <see cref="ServerOperation.HasHeaders"/>.</summary>
[ForExtensions]
internal enum ServerOperationKind : byte
{
    Message,
    Info,
    Ping,
    Pong,
    Ok,
    Error,
}
