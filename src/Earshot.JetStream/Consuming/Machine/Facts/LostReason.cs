namespace Earshot.JetStream.Consuming;

/// <summary>Which word of the server ended a read.</summary>
internal enum LostReason
{
    ConsumerDeleted,
    StreamDeleted,
    PushBased,
    Refused,
    ResetLimit,
}
