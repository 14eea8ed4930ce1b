using System.Buffers;
using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ServerOperationWriterTests
{
    [Fact]
    public void Operations_are_written_as_a_server_spells_them()
    {
        Assert.Equal("INFO {\"a\":1} \r\n", Written(w => ServerOperationWriter.WriteInfo(w, "{\"a\":1}")));
        Assert.Equal("-ERR 'Stale Connection'\r\n", Written(w => ServerOperationWriter.WriteError(w, "Stale Connection")));
        Assert.Equal("MSG FOO.BAR 9 11\r\nHello World\r\n", Written(w => ServerOperationWriter.WriteMessage(w, "FOO.BAR", 9, null, "Hello World"u8)));
        Assert.Equal("MSG FOO.BAR 9 GREETING.34 11\r\nHello World\r\n", Written(w => ServerOperationWriter.WriteMessage(w, "FOO.BAR", 9, "GREETING.34", "Hello World"u8)));
        Assert.Equal("MSG a x-1 0\r\n\r\n", Written(w => ServerOperationWriter.WriteMessage(w, "a"u8, "x-1"u8, default, default)));
        Assert.Equal(
            "HMSG FOO.BAR 9 BAZ.69 34 45\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\nHello World\r\n",
            Written(w => ServerOperationWriter.WriteHeadersMessage(w, "FOO.BAR", 9, "BAZ.69", "NATS/1.0\r\nFoodGroup: vegetable\r\n\r\n"u8, "Hello World"u8)));
    }

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
