using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Options;

public sealed class NameAndConfigRulesTests
{
    [Theory]
    [InlineData("ORDERS")]
    [InlineData("a-b_c$1")]
    [InlineData("\u00e9")]
    public void Names_are_one_token(string name)
    {
        NameRules.CheckStream(name);
        NameRules.CheckConsumer(name);
    }

    [Fact]
    public void Names_with_a_character_that_no_subject_or_folder_has_are_refused()
    {
        foreach (char letter in " \t\r\n\f\v.*>/\\\0\u0001\u007f\u0085")
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(() => NameRules.CheckStream($"a{letter}b"));
            Assert.StartsWith("The name of the stream, ", refused.Message, StringComparison.Ordinal);
            Assert.Equal("stream", refused.ParamName);
            Assert.StartsWith("The name of the consumer, ", Assert.Throws<ArgumentException>(() => NameRules.CheckConsumer($"{letter}")).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith("The name of the consumer is empty.", Assert.Throws<ArgumentException>(() => NameRules.CheckConsumer("")).Message, StringComparison.Ordinal);
        Assert.Equal("name", Assert.Throws<ArgumentNullException>(() => NameRules.CheckStream(null, "name")).ParamName);
    }

    [Fact]
    public void A_consumer_without_a_name_gets_one_and_the_caller_keeps_its_configuration()
    {
        var config = new ConsumerConfig();
        ConsumerConfig sent = ConfigRules.ToSend(config);
        Assert.Equal((22, null), (sent.Name?.Length, config.Name));
        Assert.NotEqual(sent.Name, ConfigRules.ToSend(config).Name);
        Assert.Equal("d", ConfigRules.ToSend(new ConsumerConfig { DurableName = "d" }).Name);
        Assert.Equal("d", ConfigRules.ToSend(new ConsumerConfig { Name = "d", DurableName = "d" }).Name);
        Assert.Equal("n", ConfigRules.ToSend(new ConsumerConfig { Name = "n", FilterSubject = "a", FilterSubjects = [] }).Name);
        Assert.Equal("n", ConfigRules.ToSend(new ConsumerConfig { Name = "n", FilterSubjects = ["a"] }).Name);
    }

    [Fact]
    public void Consumers_with_two_names_or_two_kinds_of_filters_are_refused()
    {
        Assert.Contains("they must be equal", Assert.Throws<ArgumentException>(() => ConfigRules.ToSend(new ConsumerConfig { Name = "n", DurableName = "d" })).Message, StringComparison.Ordinal);
        Assert.Contains("not both", Assert.Throws<ArgumentException>(() => ConfigRules.ToSend(new ConsumerConfig { FilterSubject = "a", FilterSubjects = ["b"] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ConfigRules.ToSend(new ConsumerConfig { Name = "a.b" }));
        Assert.Throws<ArgumentNullException>(() => ConfigRules.ToSend((ConsumerConfig)null!));
    }

    [Fact]
    public void The_domain_of_a_source_becomes_the_prefix_of_its_API()
    {
        var config = new StreamConfig { Name = "S", Sources = [new StreamSource { Name = "A", Domain = "hub" }, new StreamSource { Name = "B" }] };
        StreamConfig sent = ConfigRules.ToSend(config);
        Assert.Equal(["$JS.hub.API", null], sent.Sources!.Select(source => source.External?.Api));
        Assert.Null(config.Sources.First().External);
        Assert.Equal("$JS.hub.API", ConfigRules.ToSend(new StreamConfig { Name = "S", Mirror = new StreamSource { Name = "A", Domain = "hub" } }).Mirror?.External?.Api);
        StreamConfig plain = ConfigRules.ToSend(new StreamConfig { Name = "S" });
        Assert.Equal((null, null), (plain.Mirror, plain.Sources));
        var both = new StreamSource { Name = "A", Domain = "hub", External = new ExternalStreamSource { Api = "$JS.a.API" } };
        Assert.Contains("only one is allowed", Assert.Throws<ArgumentException>(() => ConfigRules.ToSend(new StreamConfig { Name = "S", Mirror = both })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_priority_group_without_a_group_are_refused_with_the_name_of_the_consumer()
    {
        NatsJSPriorityGroupOpts[] unused = [new() { MinPending = 1 }, new() { MinAckPending = 1 }, new() { Priority = 1 }];
        Assert.All(unused, opts => Assert.Equal(
            "The options of a priority group require Group. The consumer is 'durable'. (Parameter 'opts')",
            Assert.Throws<ArgumentException>(() => PriorityRules.FieldsOf(new ConsumerConfig { DurableName = "durable" }, opts)).Message));
        Assert.Empty(PriorityRules.FieldsOf(new ConsumerConfig("C"), new NatsJSPriorityGroupOpts()));
        Assert.Empty(PriorityRules.FieldsOf(new ConsumerConfig("C") { PriorityGroups = [] }, null));
    }
}
