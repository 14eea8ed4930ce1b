namespace Earshot.Server.JetStream;

/// <summary>What a subscription of JetStream is for.</summary>
internal enum JetStreamTarget
{
    Api,
    Acks,
    Flow,
    Stream,
}
