using Earshot.JetStream.Batches;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>Answers to fast batches: which batch they belong to, and what cannot be read.</summary>
public sealed class FastAnswerTests
{
    private const string Ack = """{"type":"ack","seq":7,"msgs":100}""";

    [Fact]
    public void Answer_belongs_to_the_batch_whose_id_is_the_whole_first_token()
    {
        (FastInput input, PubAckResponse? ack) = Assert.NotNull(Read("b1.100.ok.7.1.$FI", Ack));
        Assert.Equal((FastInputKind.Ack, 7L, 100), (input.Kind, input.Sequence, input.Flow));
        Assert.Null(ack);
    }

    [Theory]
    [InlineData("b0.100.ok.7.1.$FI")] // the batch before this one
    [InlineData("b10.100.ok.7.1.$FI")]
    [InlineData("b")]
    [InlineData("b1")]
    [InlineData("")]
    public void Answer_to_another_batch_is_not_one_of_this(string token) => Assert.Null(Read(token, Ack));

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":"other","seq":7}""")]
    [InlineData("""{"type":"err","seq":7}""")]
    [InlineData("""{"type":"ack","seq":"7"}""")]
    public void Answer_that_cannot_be_read_is_none(string payload) => Assert.Null(Read("b1.100.ok.7.1.$FI", payload));

    private static (FastInput Input, PubAckResponse? Ack)? Read(string token, string payload) =>
        FastAnswer.Read(new BatchSignal(BatchSignalKind.Answer) { Token = token, Payload = System.Text.Encoding.UTF8.GetBytes(payload) }, "b1", TimeSpan.Zero);
}
