namespace Earshot.JetStream;

/// <summary>
/// A push consumer of a stream: the server delivers its messages by itself, to a subject. It is read with
/// <see cref="INatsJSConsumer.ConsumeAsync"/> and <see cref="INatsJSConsumer.StartConsumeAsync"/>, which subscribe that subject; the server
/// delivers nothing without a reader. The calls that pull throw <see cref="NatsJSProtocolException"/>. Safe for use from any thread.
/// </summary>
/// <remarks>
/// Of <see cref="NatsJSConsumeOpts"/>, <see cref="NatsJSConsumeOpts.NotificationHandler"/>, <see cref="NatsJSConsumeOpts.StopPolicy"/> and
/// <see cref="NatsJSConsumeOpts.DrainOnCancel"/> apply; the options of pull requests have no effect. A consumer without a deliver group can be
/// read by one loop at a time, because each subscription receives all messages: the second one throws <see cref="InvalidOperationException"/>.
/// Stopping a read unsubscribes, and messages that the server sent at that moment are delivered again after AckWait.
/// </remarks>
public interface INatsJSPushConsumer : INatsJSConsumer
{
}
