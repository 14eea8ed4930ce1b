namespace Earshot.JetStream.Consuming;

/// <summary>Takes what a read has to tell; must not wait.</summary>
internal interface IReadReporter
{
    void Tell(PullNote note);
}
