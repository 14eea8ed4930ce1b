namespace Earshot.JetStream.Consuming;

/// <summary>Takes what a read has to tell; must not wait.</summary>
internal interface IReadReporter
{
    /// <param name="consumer">The consumer, which has another name after it was made again.</param>
    /// <param name="note">What.</param>
    void SendServerInfo(ConsumerOrigin consumer, PullNote note);
}
