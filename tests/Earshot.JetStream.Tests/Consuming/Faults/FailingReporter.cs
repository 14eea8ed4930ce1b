using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Throws at the first note of a kind.</summary>
internal sealed class FailingReporter(PullNoteKind kind) : IReadReporter
{
    public const string Text = "injected";

    public void Report(ConsumerOrigin consumer, PullNote note)
    {
        if (note.Kind == kind)
        {
            throw new InvalidTimeZoneException(Text);
        }
    }
}
