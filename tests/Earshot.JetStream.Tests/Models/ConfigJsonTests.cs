using System.Text.Json;
using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Models;

/// <summary>Configurations in JSON: what is sent, what is read, and what is kept.</summary>
public sealed class ConfigJsonTests
{
    [Fact]
    public void Unset_field_is_not_sent()
    {
        Assert.Equal("""{"name":"S","subjects":["a"]}""", Write(new StreamConfig("S", ["a"])));
        Assert.Equal("""{"ack_policy":"explicit","name":"C"}""", Sorted(Write(new ConsumerConfig { Name = "C" })));
    }

    [Fact]
    public void Every_field_of_a_stream_is_sent_under_its_name()
    {
        var config = new StreamConfig("S", ["a"])
        {
            Description = "d",
            SubjectTransform = new SubjectTransform { Src = "a", Dest = "b" },
            Retention = StreamConfigRetention.Workqueue,
            MaxConsumers = 1,
            MaxMsgs = 2,
            MaxMsgsPerSubject = 3,
            MaxBytes = 4,
            MaxAge = TimeSpan.FromSeconds(5),
            MaxMsgSize = 6,
            Storage = StreamConfigStorage.Memory,
            Compression = StreamConfigCompression.S2,
            NumReplicas = 7,
            NoAck = true,
            Discard = StreamConfigDiscard.New,
            DuplicateWindow = TimeSpan.FromMilliseconds(1),
            Placement = new Placement { Cluster = "c", Tags = ["t"], Preferred = "p" },
            Mirror = new StreamSource { Name = "m", OptStartSeq = 8, FilterSubject = "f", External = new ExternalStreamSource { Api = "x", Deliver = "y" } },
            Sources = [new StreamSource { Name = "s", OptStartTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), SubjectTransforms = [new SubjectTransform { Dest = "z" }], Consumer = new StreamConsumerSource { Name = "n", DeliverSubject = "q" } }],
            Sealed = true,
            DenyDelete = true,
            DenyPurge = true,
            AllowRollupHdrs = true,
            AllowDirect = true,
            MirrorDirect = true,
            Republish = new Republish { Src = "r", Dest = "t", HeadersOnly = true },
            DiscardNewPerSubject = true,
            FirstSeq = 9,
            ConsumerLimits = new StreamConsumerLimits { InactiveThreshold = TimeSpan.FromSeconds(1), MaxAckPending = 10 },
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            AllowMsgTTL = true,
            SubjectDeleteMarkerTTL = TimeSpan.FromSeconds(2),
            AllowMsgCounter = true,
            AllowMsgSchedules = true,
            AllowAtomicPublish = true,
            AllowBatchPublish = true,
            PersistMode = StreamConfigPersistMode.Async,
        };
        const string Expected = """
            {"allow_atomic":true,"allow_batched":true,"allow_direct":true,"allow_msg_counter":true,"allow_msg_schedules":true,"allow_msg_ttl":true,"allow_rollup_hdrs":true,"compression":"s2",
            "consumer_limits":{"inactive_threshold":1000000000,"max_ack_pending":10},"deny_delete":true,"deny_purge":true,"description":"d","discard":"new","discard_new_per_subject":true,
            "duplicate_window":1000000,"first_seq":9,"max_age":5000000000,"max_bytes":4,"max_consumers":1,"max_msg_size":6,"max_msgs":2,"max_msgs_per_subject":3,"metadata":{"k":"v"},
            "mirror":{"name":"m","opt_start_seq":8,"filter_subject":"f","external":{"api":"x","deliver":"y"}},"mirror_direct":true,"name":"S","no_ack":true,"num_replicas":7,"persist_mode":"async",
            "placement":{"cluster":"c","tags":["t"],"preferred":"p"},"republish":{"src":"r","dest":"t","headers_only":true},"retention":"workqueue","sealed":true,
            "sources":[{"name":"s","opt_start_time":"2026-01-02T01:04:05Z","subject_transforms":[{"dest":"z"}],"consumer":{"name":"n","deliver_subject":"q"}}],
            "storage":"memory","subject_delete_marker_ttl":2000000000,"subject_transform":{"src":"a","dest":"b"},"subjects":["a"]}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Sorted(Write(config)));
        Assert.Equal(Expected.ReplaceLineEndings(""), Sorted(Write(ReadStream(Write(config)))));
    }

    [Fact]
    public void Every_field_of_a_consumer_is_sent_under_its_name()
    {
        var config = new ConsumerConfig("C")
        {
            DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime,
            OptStartSeq = 1,
            OptStartTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_567),
            Description = "d",
            DeliverSubject = "s",
            DeliverGroup = "g",
            AckPolicy = ConsumerConfigAckPolicy.FlowControl,
            AckWait = TimeSpan.FromTicks(1),
            MaxDeliver = 2,
            FilterSubject = "f",
            FilterSubjects = ["x", "y"],
            ReplayPolicy = ConsumerConfigReplayPolicy.Original,
            SampleFreq = "50%",
            RateLimitBps = 3,
            MaxAckPending = 4,
            IdleHeartbeat = TimeSpan.FromSeconds(1),
            FlowControl = true,
            MaxWaiting = 5,
            Direct = true,
            HeadersOnly = true,
            MaxBatch = 6,
            MaxExpires = TimeSpan.FromSeconds(2),
            MaxBytes = 7,
            InactiveThreshold = TimeSpan.FromSeconds(3),
            Backoff = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)],
            NumReplicas = 8,
            PauseUntil = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
            MemStorage = true,
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            PriorityGroups = ["a"],
            PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
            PinnedTTL = TimeSpan.FromSeconds(4),
            Sourcing = true,
        };
        const string Expected = """
            {"ack_policy":"flow_control","ack_wait":100,"backoff":[1000000000,2000000000],"deliver_group":"g","deliver_policy":"by_start_time","deliver_subject":"s","description":"d","direct":true,
            "durable_name":"C","filter_subject":"f","filter_subjects":["x","y"],"flow_control":true,"headers_only":true,"idle_heartbeat":1000000000,"inactive_threshold":3000000000,"max_ack_pending":4,
            "max_batch":6,"max_bytes":7,"max_deliver":2,"max_expires":2000000000,"max_waiting":5,"mem_storage":true,"metadata":{"k":"v"},"name":"C","num_replicas":8,"opt_start_seq":1,
            "opt_start_time":"2026-01-02T03:04:05.1234567Z","pause_until":"2030-01-01T00:00:00Z","priority_groups":["a"],"priority_policy":"pinned_client","priority_timeout":4000000000,
            "rate_limit_bps":3,"replay_policy":"original","sample_freq":"50%","sourcing":true}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Sorted(Write(config)));
        Assert.Equal(Expected.ReplaceLineEndings(""), Sorted(Write(ReadConsumer(Write(config)))));
    }

    [Fact]
    public void Unknown_field_survives_get_change_update()
    {
        StreamConfig config = ReadStream("""{"name":"S","future":{"a":[1]},"placement":{"cluster":"c","zone":7}}""");
        StreamConfig changed = config with { MaxMsgs = 3 };
        Assert.Equal("""{"future":{"a":[1]},"max_msgs":3,"name":"S","placement":{"cluster":"c","zone":7}}""", Sorted(Write(changed)));
        Assert.Equal("""{"ack_policy":"explicit","future":1,"name":"C"}""", Sorted(Write(ReadConsumer("""{"name":"C","ack_policy":"explicit","future":1}"""))));
    }

    [Fact]
    public void Unknown_value_is_sent_back_until_another_one_is_set()
    {
        StreamConfig config = ReadStream("""{"name":"S","retention":"forever","future":1}""");
        Assert.Equal(StreamConfigRetention.Unknown, config.Retention);
        Assert.Equal("""{"future":1,"name":"S","retention":"forever"}""", Sorted(Write(config)));
        Assert.Equal("""{"future":1,"name":"S","retention":"interest"}""", Sorted(Write(config with { Retention = StreamConfigRetention.Interest })));
        Assert.Equal("""{"future":1,"name":"S","retention":"forever"}""", Sorted(Write(config)));
    }

    [Theory]
    [InlineData("2026-11-28T05:06:07Z", "2026-11-28T05:06:07.0000000+00:00")]
    [InlineData("2026-11-28T05:06:07.123456789Z", "2026-11-28T05:06:07.1234567+00:00")]
    [InlineData("2026-11-28T05:06:07.1+02:00", "2026-11-28T05:06:07.1000000+02:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    public void Time_is_read_with_any_offset_and_fraction(string wire, string time) =>
        Assert.Equal(time, Info($$"""{"created":"{{wire}}"}""").Created.ToString("O"));

    [Fact]
    public void Year_1_is_no_time() =>
        Assert.Null(ConsumerOf("""{"delivered":{"last_active":"0001-01-01T00:00:00Z"}}""").Delivered.LastActive);

    [Fact]
    public void Duration_outside_of_the_range_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Write(new StreamConfig { Name = "S", MaxAge = TimeSpan.MaxValue }));

    private static string Write(StreamConfig config) => JsonSerializer.Serialize(config, ModelJson.Default.StreamConfig);

    private static string Write(ConsumerConfig config) => JsonSerializer.Serialize(config, ModelJson.Default.ConsumerConfig);

    private static StreamConfig ReadStream(string json) => JsonSerializer.Deserialize(json, ModelJson.Default.StreamConfig)!;

    private static ConsumerConfig ReadConsumer(string json) => JsonSerializer.Deserialize(json, ModelJson.Default.ConsumerConfig)!;

    private static StreamInfoResponse Info(string json) => JsonSerializer.Deserialize(json, ModelJson.Default.StreamInfoResponse)!;

    private static ConsumerInfoResponse ConsumerOf(string json) => JsonSerializer.Deserialize(json, ModelJson.Default.ConsumerInfoResponse)!;

    // The order of fields has no meaning; within nested objects it is that of the models.
    private static string Sorted(string json)
    {
        using var document = JsonDocument.Parse(json);
        return $"{{{string.Join(',', document.RootElement.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"\"{field.Name}\":{field.Value.GetRawText()}"))}}}";
    }
}
