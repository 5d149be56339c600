import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** Reads a line of {pattern, events} after the other, and answers each by a line of {refused} or {matches}. */
public class Oracle {
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode question = json.readTree(line);
            String pattern = question.get("pattern").toString();
            Map<String, Object> answer = new LinkedHashMap<>();
            String refused = JsonRuleCompiler.check(pattern);
            if (refused != null) {
                answer.put("refused", refused);
            } else {
                Machine machine = Machine.builder().build();
                machine.addRule("rule", pattern);
                JsonNode events = question.get("events");
                boolean[] matches = new boolean[events.size()];
                for (int i = 0; i < matches.length; i++) matches[i] = !machine.rulesForJSONEvent(events.get(i).toString()).isEmpty();
                answer.put("matches", matches);
            }
            System.out.println(json.writeValueAsString(answer));
        }
    }
}
