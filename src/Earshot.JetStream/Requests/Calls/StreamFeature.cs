namespace Earshot.JetStream.Requests;

/// <summary>A feature of messages that a stream must allow.</summary>
/// <param name="Name">The name for people, in the plural.</param>
/// <param name="Field">The field of the configuration.</param>
/// <param name="Level">The API level that has the feature.</param>
/// <param name="IsOn">Whether a configuration allows it.</param>
internal sealed record StreamFeature(string Name, string Field, int Level, Func<StreamConfig, bool> IsOn)
{
    public static readonly StreamFeature AtomicBatches = new("atomic batches", "allow_atomic", 2, static config => config.AllowAtomicPublish);

    public static readonly StreamFeature FastBatches = new("fast batches", "allow_batched", 4, static config => config.AllowBatchPublish);

    public static readonly StreamFeature Counters = new("counters", "allow_msg_counter", 2, static config => config.AllowMsgCounter);

    public static readonly StreamFeature Schedules = new("scheduled messages", "allow_msg_schedules", 2, static config => config.AllowMsgSchedules);
}
