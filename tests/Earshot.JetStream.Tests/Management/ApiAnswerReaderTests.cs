using System.Text;
using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Responses of the API that are not what they should be.</summary>
public sealed class ApiAnswerReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"error":5}""")]
    [InlineData("""{"error":{"code":"x"}}""")]
    [InlineData("""{"error":{"description":"\ud800"}}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"type":"x" """)]
    public void Response_that_cannot_be_read_is_an_error_of_JetStream(string response) =>
        Assert.Throws<NatsJSException>(() => ApiAnswerReader.ErrorOf(Encoding.UTF8.GetBytes(response)));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"type":"\ud83d\ude00","streams":[{"error":{}}]}""")]
    public void Response_without_an_error_has_none(string response) => Assert.Null(ApiAnswerReader.ErrorOf(Encoding.UTF8.GetBytes(response)));
}
