namespace Earshot.JetStream.Consuming;

/// <summary>Tells what happens to one read.</summary>
internal sealed class ReadReporter(Func<INatsJSNotification, CancellationToken, Task>? handler) : IReadReporter
{
    public void Tell(PullNote note) => _ = handler;
}
