namespace Earshot.Protocol;

/// <summary>What a client can say, including what servers tolerate from one (INFO, +OK) or close for (-ERR).</summary>
internal enum ClientOperationKind : byte
{
    Publish,
    HeadersPublish,
    Subscribe,
    Unsubscribe,
    Ping,
    Pong,
    Connect,
    Info,
    Ok,
    Error,
}
