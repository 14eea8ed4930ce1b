using Earshot.Server.Clients;

namespace Earshot.Server.JetStream;

/// <summary>Gives the messages of one subscription to JetStream.</summary>
internal sealed class JetStreamSink(JetStreamService service, JetStreamTarget target, string? stream = null) : IMessageSink
{
    public bool Deliver(Subscription subscription, in RoutedMessage message, IMessageSink? publisher) =>
        (!subscription.IsRemoved || service.HasReplaced(stream, message.Subject)) && service.Take(target, stream, message);

    public void Flush() => service.Flush();
}
