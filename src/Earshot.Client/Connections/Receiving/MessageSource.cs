using Earshot.Events;

namespace Earshot.Connections;

/// <summary>Where received messages come from: what they are replied on, and where a deserializer that throws is reported.</summary>
internal readonly record struct MessageSource(INatsConnection Connection, Journal Journal)
{
    public void DeserializerThrew(NatsException error) =>
        Journal.Append(new NatsExceptionOccurredEvent { Exception = error, Origin = NatsExceptionOrigin.MessageHandler });
}
