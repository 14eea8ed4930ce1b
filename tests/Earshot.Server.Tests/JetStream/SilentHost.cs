using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.JetStream;
using Earshot.Server.Routing;

namespace Earshot.Server.Tests.JetStream;

/// <summary>Where streams send to without a server: subscribes to their subjects as a server does, and remembers the last answer when it is asked to.</summary>
internal sealed class SilentHost : IJetStreamOutput, IStreamHost, IMessageSink
{
    private readonly SubjectTree<Subscription> _tree = new();
    private readonly Dictionary<string, List<Subscription>> _subscriptions = [];

    public bool Remembers { get; init; }

    /// <summary>The payload of the last message that was sent.</summary>
    public string Last { get; private set; } = "";

    public string Account => "$G";

    public void Subscribe(StreamState stream)
    {
        _subscriptions[stream.Name] = [.. stream.Subjects.Patterns.Select(pattern => new Subscription(this, pattern, null, Encoding.ASCII.GetBytes("0")))];
        _subscriptions[stream.Name].ForEach(subscription => _tree.Add(subscription.Subject, null, subscription));
    }

    public void Unsubscribe(StreamState stream) => throw new NotSupportedException();

    public void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload) => Last = Remembers ? Encoding.UTF8.GetString(payload) : "";

    public void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
    }

    public bool HasInterest(ReadOnlySpan<byte> subject) => true;

    public bool IsBound(ReadOnlySpan<byte> subject, string? group) => false;

    public void WakeAt(DateTimeOffset? time)
    {
    }

    public bool Deliver(Subscription subscription, in RoutedMessage message, IMessageSink? publisher) => false;

    public void Flush()
    {
    }
}
