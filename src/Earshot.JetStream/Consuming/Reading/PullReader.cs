namespace Earshot.JetStream.Consuming;

/// <summary>The reader of the messages of a pull consumer.</summary>
internal sealed class PullReader<T>(PullEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter) : MessageReader<T>(engine, deserializer, reporter)
{
    /// <summary>The number of processed messages after which they are reported. Set at each start.</summary>
    public long ReportEvery { get; set; } = 1;

    public PullEngine Engine => engine;

    protected override bool IsReportDue => DoneMsgs >= ReportEvery;
}
