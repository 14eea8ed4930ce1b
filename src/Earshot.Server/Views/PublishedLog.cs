using System.Text;
using Earshot.Server.Clients;

namespace Earshot.Server.Views;

/// <summary>The last published messages, oldest first. Thread-safe.</summary>
internal sealed class PublishedLog(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<NatsPublishedMessage> _messages = new();

    public IReadOnlyList<NatsPublishedMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    public void Add(ClientConnection publisher, in RoutedMessage message)
    {
        var copy = new NatsPublishedMessage(
            Encoding.UTF8.GetString(message.Subject),
            message.ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(message.ReplyTo),
            message.Headers.ToArray(),
            message.Payload.ToArray(),
            publisher.Id);
        lock (_lock)
        {
            if (_messages.Count >= capacity)
            {
                _messages.Dequeue();
            }

            _messages.Enqueue(copy);
        }
    }
}
