namespace Earshot.JetStream.Consuming;

/// <summary>Receives the notes of a read. Must not block.</summary>
internal interface IReadReporter
{
    /// <param name="consumer">The consumer, which has a new name after it was recreated.</param>
    /// <param name="note">The note to report.</param>
    void Report(ConsumerOrigin consumer, PullNote note);
}
