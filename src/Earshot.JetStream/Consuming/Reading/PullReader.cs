namespace Earshot.JetStream.Consuming;

/// <summary>The reader of the messages of a pull consumer.</summary>
internal sealed class PullReader<T>(PullEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter) : MessageReader<T>(engine, deserializer, reporter)
{
    /// <summary>The number of processed messages after which they are reported. Set at each start.</summary>
    public long ReportEvery { get; set; } = 1;

    /// <summary>Whether the caller compares the sequences of messages and calls <see cref="MessageReader{T}.Received"/> itself.</summary>
    public bool IsOrdered { get; init; }

    public PullEngine Engine => engine;

    protected override bool IsChecked => IsOrdered;

    protected override bool IsReportDue => DoneMsgs >= ReportEvery;
}
