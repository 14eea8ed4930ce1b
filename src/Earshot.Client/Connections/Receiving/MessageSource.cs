using Earshot.Events;

namespace Earshot.Connections;

/// <summary>
/// Where received messages come from: what they are replied on, where a deserializer that throws is reported, and the subscription,
/// which a reply has not.
/// </summary>
internal readonly record struct MessageSource(INatsConnection Connection, Journal Journal, INatsSub? Subscription = null)
{
    public void DeserializerThrew(NatsException error) =>
        Journal.Append(new NatsExceptionOccurredEvent { Exception = error, Origin = NatsExceptionOrigin.MessageHandler, Subscription = Subscription });
}
